import { writeJson } from 'dci-core';
import type { LocationSetting } from '../config/locations.ts';
import type { HttpRouter } from './router.ts';
import { tagged, taggedReply } from './tagged-reply.ts';

/** Path of the tree of locations, at the root and below every base path (protocol.md section 5). */
export const locationsPath = '/.well-known/locations.json';

const maxAgeSeconds = 3600;

/**
 * Adds the tree of locations (the standard's `locations_core_api_v1.0.0.yaml`), with `ETag` and `Cache-Control`. Each
 * place carries the members of the standard's file, in both spellings that it names, and those of the early form
 * (`type`, `parent_id`).
 *
 * @param router - the router of the root or of a base path
 * @param locations - of the configuration; absent: the path is not found
 */
export function locationRoutes(router: HttpRouter, locations: readonly LocationSetting[] | undefined): void {
  if (locations === undefined) return;
  const written = tagged(writeJson(toLocationHierarchy(locations)));
  router.get(locationsPath, (context) => taggedReply(context, written, { maxAgeSeconds }));
}

function toLocationHierarchy(locations: readonly LocationSetting[]) {
  return {
    '@context': {
      '@context': 'http://spdci.org/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
      schema: 'http://schema.org/',
    },
    '@type': 'LocationHierarchy',
    locations: locations.map(({ id, name, type, parent_id: parentId = null, identifier = [] }) => ({
      '@type': 'Place',
      id,
      identifier: [{ name: 'location', identifier: id }, ...identifier].map((property) => ({
        '@type': 'PropertyValue',
        name: property.name,
        identifier: property.identifier,
      })),
      name,
      type,
      additional_type: type,
      parent_id: parentId,
      // The standard's file declares the one spelling and requires the other.
      contained_in_place: parentId,
      containedInPlace: parentId,
    })),
  };
}
