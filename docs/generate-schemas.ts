/** Prints the JSON schema of a kind of file that people write or programs hand on: `node docs/generate-schemas.ts fleet`. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { benchResultSchema, budgetSchema, costDataSchema, fleetSchema } from '../src/cost/index.ts';

type Schema = Parameters<typeof toJsonSchema>[0];
type Config = NonNullable<Parameters<typeof toJsonSchema>[1]>;

interface Published {
  readonly title: string;
  readonly description: string;
  readonly schema: Schema;
}

const SCHEMAS: ReadonlyMap<string, Published> = new Map([
  [
    'bench-result',
    {
      title: 'Result of hybridge bench',
      description: 'What was measured on one machine, with what, and how certain it is.',
      schema: benchResultSchema,
    },
  ],
  [
    'budget',
    {
      title: 'Budget for hybridge cost check',
      description: 'What scenarios on devices may take at most.',
      schema: budgetSchema,
    },
  ],
  [
    'cost-data',
    {
      title: 'Data of your own for hybridge cost --data',
      description:
        'Devices, links and measured figures that take the place of those of the same id, and their sources. Names of algorithms, sources and what is extended are checked when the file is read.',
      schema: costDataSchema,
    },
  ],
  [
    'fleet',
    {
      title: 'Fleet for hybridge cost whatif',
      description: 'Classes of devices, what they do in a year, and plans to move them.',
      schema: fleetSchema,
    },
  ],
]);

/** Patterns of JSON Schema are matched by Unicode characters [JSON Schema 2020-12 §6.4], which the converter does not know. */
const unicodePattern: Config['overrideAction'] = ({ valibotAction, jsonSchema }) => {
  if (!('requirement' in valibotAction)) return undefined;
  const { requirement } = valibotAction;
  return requirement instanceof RegExp && requirement.flags === 'u'
    ? { ...jsonSchema, pattern: requirement.source }
    : undefined;
};

const [name = ''] = process.argv.slice(2);
const published = SCHEMAS.get(name);
if (published === undefined)
  throw new Error(`no schema is called '${name}': ${[...SCHEMAS.keys()].join(', ')}`);
const { title, description, schema } = published;
const { $schema, ...rest } = toJsonSchema(schema, {
  target: 'draft-2020-12',
  errorMode: 'throw',
  overrideAction: unicodePattern,
});
process.stdout.write(`${JSON.stringify({ $schema, title, description, ...rest }, undefined, 2)}\n`);
