/** A box for what is wider than the page: it scrolls by itself, by keyboard too. */
import type { ComponentChildren } from 'preact';

export function Scrolls({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be where the arrow keys go
    <section class="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
