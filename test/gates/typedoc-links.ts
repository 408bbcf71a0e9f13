import { type Application, Converter, type ProjectReflection, type Reflection } from 'typedoc';

/**
 * Lets a link name what another subpath exports. TypeDoc looks a name up in the module that mentions it, and the
 * compiler, which could tell more, reads the link after `@throws` as a type.
 */
export function load(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const exported = exportsOf(project);
    for (const { comment } of Object.values(project.reflections)) {
      const texts = [comment?.summary ?? [], ...(comment?.blockTags ?? []).map(({ content }) => content)];
      for (const part of texts.flat()) {
        if (part.kind === 'inline-tag' && part.target === undefined) {
          const target = exported.get(part.text.trim());
          if (target !== undefined) part.target = target;
        }
      }
    }
  });
}

/** What the subpaths export, by name; a name that means two things means neither. */
function exportsOf(project: ProjectReflection): Map<string, Reflection> {
  const children = (project.children ?? []).flatMap((module) => module.children ?? []);
  const declared = children.filter((child) => !child.isReference());
  const unique = declared.filter(({ name }) => declared.filter((other) => other.name === name).length === 1);
  return new Map(unique.map((child) => [child.name, child]));
}
