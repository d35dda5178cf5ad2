/** From a text field to the heading of its card, where single keys work again. */
export function leaveField(field: HTMLElement): void {
  const heading = field.closest('.wm-review-card')?.querySelector<HTMLElement>('[data-criterion]');
  if (heading) heading.focus();
  else field.blur();
}
