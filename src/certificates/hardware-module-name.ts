/** hardwareModuleName [RFC 4108 §5]: how devices are named in subjectAltName. */
import { der, readDer } from '../encoding/index.ts';
import type { GeneralName } from './general-name.ts';

const ID_ON_HARDWARE_MODULE_NAME = '1.3.6.1.5.5.7.8.4';

/** What a device is: the type of its hardware, and which one of them. */
export interface HardwareModule {
  /** Dotted object identifier of the type, from the arc of its maker. */
  readonly type: string;
  readonly serialNumber: Uint8Array;
}

/**
 * The alternative name of a device [RFC 4108 §5, IEEE 802.1AR].
 *
 * @throws {@link HybridgeError} `invalid_argument` for a type that is no object identifier.
 *
 * @example
 * ```ts
 * import { hardwareModule, hardwareModuleName } from 'hybridge/certificates';
 *
 * const serialNumber = new TextEncoder().encode('0815');
 * const name = hardwareModuleName({ type: '1.3.6.1.4.1.99999.7', serialNumber });
 * console.log(hardwareModule(name)?.type); // 1.3.6.1.4.1.99999.7
 * ```
 */
export function hardwareModuleName({ type, serialNumber }: HardwareModule): GeneralName {
  return {
    kind: 'other',
    type: ID_ON_HARDWARE_MODULE_NAME,
    value: der.sequence(der.oid(type), der.octetString(serialNumber)),
  };
}

/** Whether a name is a hardwareModuleName. */
export function isHardwareModuleName(name: GeneralName): boolean {
  return name.kind === 'other' && name.type === ID_ON_HARDWARE_MODULE_NAME;
}

/**
 * The device that an alternative name names; `undefined` for a name of another kind.
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 *
 * @example
 * ```ts
 * import { hardwareModule } from 'hybridge/certificates';
 *
 * console.log(hardwareModule({ kind: 'dns', name: 'pump.example' })); // undefined
 * ```
 */
export function hardwareModule(name: GeneralName): HardwareModule | undefined {
  if (name.kind !== 'other' || name.type !== ID_ON_HARDWARE_MODULE_NAME) return undefined;
  const outer = readDer(name.value, 'HardwareModuleName');
  const fields = outer.sequence('fields');
  outer.end();
  const type = fields.oid('hwType');
  const serialNumber = fields.octetString('hwSerialNum');
  fields.end();
  return { type, serialNumber };
}
