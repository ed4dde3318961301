/** Work that follows from what was stored; in a host, a job (protocol.md section 6). */
export interface CallbackWorkRequest {
  /** `answer`: a search was answered; `event`: an event was notified; `receipt`: an event is to be confirmed. */
  readonly kind: 'answer' | 'event' | 'receipt';
  /** Transaction id of an `answer`, else our id of the event. */
  readonly id: string;
}
