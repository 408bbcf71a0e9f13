import { isHybridgeError, toHex } from '../bytes/index.ts';
import {
  type Certificate,
  formatIp,
  formatName,
  type GeneralName,
  hardwareModule,
} from '../certificates/index.ts';

/**
 * Who a certificate names, in the form in which policies and events speak of peers: the alternative names in their
 * order, or the subject where there is none.
 */
export function identitiesOf({ extensions, subject }: Certificate): readonly string[] {
  const names = (extensions.subjectAltName ?? []).flatMap(identityOf);
  return names.length > 0 ? names : [`subject:${formatName(subject)}`];
}

function identityOf(name: GeneralName): readonly string[] {
  switch (name.kind) {
    case 'uri':
      return [`uri:${name.uri}`];
    case 'dns':
      return [`dns:${name.name.toLowerCase()}`];
    case 'email':
      return [`email:${name.address}`];
    case 'ip':
      return [`ip:${formatIp(name.address)}`];
    case 'other':
      return hardwareIdentity(name);
    case 'directory':
      return [`subject:${formatName(name.name)}`];
    case 'edi':
    case 'registered-id':
    case 'x400':
      return [];
  }
}

function hardwareIdentity(name: GeneralName): readonly string[] {
  try {
    const module = hardwareModule(name);
    return module === undefined ? [] : [`hardware:${module.type}/${toHex(module.serialNumber)}`];
  } catch (error) {
    // A name that cannot be read names nobody; the path is judged elsewhere.
    if (isHybridgeError(error, 'invalid_encoding')) return [];
    throw error;
  }
}
