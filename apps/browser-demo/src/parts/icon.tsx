/** Small pictures on buttons; what a button does is said by its label. */

/** Paths in a square of 16. */
const paths = {
  first: 'M3 3h2v10H3zM13 3v10L6 8z',
  back: 'M11 3v10L4 8z',
  play: 'M4 2.5v11L13.5 8z',
  pause: 'M3.5 3h3.25v10H3.5zM9.25 3h3.25v10H9.25z',
  forward: 'M5 3v10l7-5z',
  last: 'M11 3h2v10h-2zM3 3v10l7-5z',
  again:
    'M8 2.5a5.5 5.5 0 1 0 5.4 6.6l-1.5-.3A4 4 0 1 1 8 4c1 0 2 .4 2.7 1.1L8.6 7.2H14V1.8l-2.2 2.2A5.5 5.5 0 0 0 8 2.5z',
  closed: 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7H3V7zM6 7h4V5a2 2 0 0 0-4 0z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
