/** Takes the focus to what stays, where the control that had it goes. */

/** @param id of something that can have it: a heading with `tabIndex={-1}`, or the content of the page, which is there always */
export function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}
