import type { ComponentChildren } from 'preact';

type Own = {
  readonly children?: ComponentChildren;
  readonly class?: string;
};

/** Portico's own elements; what each does in the browser is in `client/`, in the file of its name. */
declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'portico-error-summary': Own;
      'portico-password': Own & {
        readonly 'data-show': string;
        readonly 'data-hide': string;
        readonly 'data-show-label': string;
        readonly 'data-hide-label': string;
        readonly 'data-shown': string;
        readonly 'data-hidden': string;
        readonly 'data-check-url'?: string | undefined;
      };
      'portico-session': Own & {
        readonly now: string;
        readonly 'idle-ends-at': string;
        readonly 'ends-at': string;
        readonly 'extend-url': string;
        readonly 'time-out-url': string;
        readonly csrf: string;
        readonly path: string;
        readonly owner: string;
      };
      'portico-live': Own & {
        readonly src: string;
        readonly drawn: string;
        readonly session: string;
        readonly 'data-changed': string;
        readonly 'data-new': string;
        readonly 'data-updated': string;
      };
      'portico-copy': Own & {
        readonly 'data-copied': string;
        readonly 'data-failed': string;
        readonly from: string;
      };
      'portico-own-time': Own & {
        readonly at: string;
        readonly zone: string;
        readonly language: string;
        readonly 'data-text': string;
      };
      'portico-print': Own;
      'portico-redraw': Own & {
        /** The id of what is drawn anew. */
        readonly region: string;
      };
      'portico-zone': Own & {
        /** The id of the choice of a zone. */
        readonly for: string;
        readonly 'data-offer': string;
        readonly 'data-same': string;
      };
      'portico-passkey': Own & {
        readonly ceremony: 'get' | 'create';
        readonly options?: string;
        readonly 'options-url'?: string;
        readonly autofill?: string;
        readonly 'data-failed': string;
        readonly 'data-known': string;
      };
      'portico-proof': Own & {
        readonly id: string;
        readonly tabIndex: number;
        readonly challenge: string;
        readonly 'data-working': string;
        readonly 'data-held': string;
        readonly 'data-done': string;
        readonly 'data-failed': string;
      };
    }
  }
}
