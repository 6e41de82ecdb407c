/** The keys that step and play, wherever on the page one is, unless what has the focus has a use of its own for them. */
import { goTo, position } from '../state/show.ts';
import { toggle } from './play.ts';

/** What takes arrows: it has a value, or parts that one walks through. */
const TAKES_ARROWS =
  'input, select, textarea, [contenteditable], [role=tree], [role=treegrid], [role=listbox], [role=tablist], [role=slider], [role=radiogroup]';

/** What the space bar operates. */
const TAKES_SPACE = `${TAKES_ARROWS}, button, summary, a[href], [role=grid]`;

export function onKey(event: KeyboardEvent): void {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = target instanceof Element ? target : document.body;
  if (key === ' ' && at.closest(TAKES_SPACE) === null) toggle();
  else if (key === 'ArrowLeft' && isFree(at)) goTo(position.value - 1);
  else if (key === 'ArrowRight' && isFree(at)) goTo(position.value + 1);
  else return;
  event.preventDefault();
}

/** Neither a control nor a box that scrolls sideways. */
function isFree(at: Element): boolean {
  return at.closest(TAKES_ARROWS) === null && (at === document.body || at.scrollWidth <= at.clientWidth);
}
