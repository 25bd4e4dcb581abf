/** Outlines on a grid of 24, drawn with the colour of the text around them. */
const PATHS = {
  info: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1 15h-2v-6h2v6Zm0-8h-2V7h2v2Z',
  success: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.6 14.4L6 12l1.4-1.4 3 3 6.2-6.2L18 8.8l-7.6 7.6Z',
  warning: 'M12 2.5 1 21.5h22L12 2.5Zm1 16h-2v-2h2v2Zm0-4h-2v-5h2v5Z',
  error: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1 15h-2v-2h2v2Zm0-4h-2V7h2v6Z',
  check: 'm9.5 17.6-5.6-5.6 1.7-1.7 3.9 3.9 8.9-8.9 1.7 1.7-10.6 10.6Z',
  stop: 'm6.4 19.3-1.7-1.7 5.6-5.6-5.6-5.6 1.7-1.7 5.6 5.6 5.6-5.6 1.7 1.7-5.6 5.6 5.6 5.6-1.7 1.7-5.6-5.6-5.6 5.6Z',
  forward: 'M8.6 5.4 10 4l8 8-8 8-1.4-1.4 6.6-6.6-6.6-6.6Z',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside a text that says the same; hidden from assistive technology. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      class={`portico-icon portico-icon--${name}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
