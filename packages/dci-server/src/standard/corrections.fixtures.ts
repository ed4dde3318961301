import type { Node } from './standard-file.fixtures.ts';

/** A place where a file of the standard contradicts itself, as `reference/dialects.md` section 1 lists them. */
export interface Correction {
  readonly name: string;
  readonly registries: readonly string[];
  apply(document: Node): void;
}

/** An envelope of a synchronous reply with a given message, as the other synchronous paths have it. */
function envelopeReply(message: string): Node {
  return {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            signature: { $ref: '#/components/schemas/MsgSignature' },
            header: { $ref: '#/components/schemas/MsgCallbackHeader_V1.0.0' },
            message: {
              oneOf: [{ $ref: `#/components/schemas/${message}` }, { $ref: '#/components/schemas/EncryptedMessage' }],
            },
          },
          required: ['header', 'message'],
        },
      },
    },
  } as unknown as Node;
}

/** Every correction; nothing else of the files is changed. */
export const corrections: readonly Correction[] = [
  {
    name: 'ibr: the replies of sync/enrolled and sync/enrollment/updates are message schemas in place of responses',
    registries: ['ibr'],
    apply: ({ paths }) => {
      const enrolled = paths?.['/registry/sync/enrolled']?.post?.responses;
      const updates = paths?.['/registry/sync/enrollment/updates']?.post?.responses;
      if (enrolled === undefined || updates === undefined) throw new Error('the file has changed');
      enrolled.default = envelopeReply('EnrolledResponse');
      updates.default = envelopeReply('EnrollmentUpdatesResponse');
    },
  },
  {
    name: 'fr: the operation of on-subscribe stands beside an empty `post` in place of in it',
    registries: ['fr'],
    apply: ({ paths }) => {
      const path = paths?.['/registry/on-subscribe'];
      if (path?.requestBody === undefined) throw new Error('the file has changed');
      path.post = { ...path };
    },
  },
  {
    name: 'all: the operator `in` takes a list, which no form of attribute_value allows',
    registries: ['social', 'crvs', 'ibr', 'dr', 'fr'],
    apply: (document) => {
      for (const value of findMembers(document, 'attribute_value')) {
        for (const member of Object.keys(value)) delete value[member];
      }
    },
  },
];

/** Every schema that a property of this name has, anywhere in the document. */
function findMembers(node: unknown, name: string, found: Node[] = []): readonly Node[] {
  if (typeof node !== 'object' || node === null) return found;
  for (const [member, child] of Object.entries(node)) {
    if (member === name && typeof child === 'object' && child !== null) found.push(child as Node);
    findMembers(child, name, found);
  }
  return found;
}
