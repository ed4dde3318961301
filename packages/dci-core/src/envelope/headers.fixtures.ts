import type { JsonObject } from '../json/value.ts';

/** A request header as the standard has it. */
export const standardHeader: JsonObject = {
  version: '1.0.0',
  message_id: '550e8400-e29b-41d4-a716-446655440000',
  message_ts: '2026-04-22T10:30:00Z',
  action: 'search',
  sender_id: 'mis.example.org',
  sender_uri: 'https://mis.example.org/callback',
  receiver_id: 'registry.example.org',
  total_count: 1,
  is_msg_encrypted: false,
  meta: { trace: 'x' },
};

/** The same from OpenSPP: all ten members, empty where there is nothing (dialects.md section 2). */
export const openSppHeader: JsonObject = {
  ...standardHeader,
  sender_uri: null,
  total_count: 0,
  meta: null,
};
