/** Content types of CMS, by the names of their documents. */

/** Object identifiers of content types [RFC 5652 §4-§10, RFC 5083, RFC 3161 §2.4.2]. */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  digestedData: '1.2.840.113549.1.7.5',
  encryptedData: '1.2.840.113549.1.7.6',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
} as const;

/** How a content type is called in messages. */
export function contentTypeName(oid: string): string {
  return Object.entries(CONTENT_TYPE).find(([, known]) => known === oid)?.[0] ?? oid;
}
