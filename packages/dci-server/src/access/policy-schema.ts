import { DciError, type RegistryType } from 'dci-core';
import * as v from 'valibot';
import { compileFieldGrants } from './field-grants.ts';
import { type AccessPolicy, policyActions } from './policy.ts';
import { compileVisibility } from './visibility.ts';

const points = v.pipe(v.number(), v.integer(), v.minValue(1));

const recordTypePolicySchema = v.strictObject({
  fields: v.array(v.pipe(v.string(), v.nonEmpty())),
  visible: v.optional(v.pipe(v.string(), v.nonEmpty())),
});

const registryPolicySchema = v.strictObject({
  actions: v.array(v.picklist(policyActions)),
  recordTypes: v.record(v.string(), recordTypePolicySchema),
  maxPageSize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  events: v.optional(v.array(v.pipe(v.string(), v.nonEmpty()))),
  purposes: v.optional(v.pipe(v.array(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))), v.nonEmpty())),
  legalBasis: v.optional(v.pipe(v.string(), v.nonEmpty())),
  consent: v.optional(v.literal('required')),
});

const accessPolicySchema = v.strictObject({
  registries: v.record(v.string(), registryPolicySchema),
  quota: v.optional(v.strictObject({ perMinute: points, perDay: points })),
});

/**
 * Checks a policy before it is stored, so that a slip in it shows to the operator and not to a sender.
 *
 * @param value - the policy as parsed JSON
 * @param registryTypes - the registry types that this server answers for
 * @param now - Unix milliseconds, for predicates that speak of ages
 * @returns the policy
 * @throws DciError `err.configuration.invalid` with the path of the fault: an unknown member, registry, record
 *   type, action, event, a field that is not a path, a predicate that does not compile, consent without a purpose
 */
export function validatePolicy(value: unknown, registryTypes: readonly RegistryType[], now: number): AccessPolicy {
  const result = v.safeParse(accessPolicySchema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw invalid(v.getDotPath(issue) ?? 'policy', issue.message);
  }
  for (const [name, registry] of Object.entries(result.output.registries)) {
    const path = `registries.${name}`;
    const registryType = registryTypes.find((type) => type.name === name);
    if (registryType === undefined) {
      throw invalid(path, `not a registry of this server; it has ${registryTypes.map((type) => type.name).join(', ')}`);
    }
    checkEvents(registry.events ?? [], `${path}.events`, registryType);
    if (registry.consent === 'required' && registry.purposes === undefined) {
      throw invalid(`${path}.consent`, 'consent is given to a purpose: name at least one in purposes');
    }
    for (const [typeName, grant] of Object.entries(registry.recordTypes)) {
      const typePath = `${path}.recordTypes.${typeName}`;
      const recordType = registryType.recordTypes.find((type) => type.name === typeName);
      if (recordType === undefined) {
        const known = registryType.recordTypes.map((type) => type.name).join(', ');
        throw invalid(typePath, `not a record type of this registry; it has ${known}`);
      }
      try {
        compileFieldGrants(grant.fields, []);
      } catch (error) {
        throw invalid(`${typePath}.fields`, messageOf(error));
      }
      try {
        compileVisibility(grant.visible, registryType, recordType)(now);
      } catch (error) {
        throw invalid(`${typePath}.visible`, messageOf(error));
      }
    }
  }
  return result.output as AccessPolicy;
}

function checkEvents(events: readonly string[], path: string, registryType: RegistryType): void {
  const known = registryType.eventTypes.map(({ code }) => code);
  const unknown = events.find((event) => event !== '*' && !known.includes(event));
  if (unknown !== undefined) {
    throw invalid(path, `${unknown} is not an event of this registry; it has *, ${known.join(', ')}`);
  }
}

function invalid(path: string, message: string): DciError {
  return new DciError('err.configuration.invalid', `policy, ${path}: ${message}`, { path });
}

function messageOf(error: unknown): string {
  if (error instanceof DciError) return error.message;
  throw error;
}
