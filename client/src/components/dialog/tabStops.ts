const FOCUSABLE = [
  'button:not(:disabled)',
  '[href]',
  'input:not(:disabled)',
  'textarea:not(:disabled)',
  'select:not(:disabled)',
  'summary',
  'iframe',
  'audio[controls]',
  'video[controls]',
  '[contenteditable="true"]',
  '[tabindex]',
].join(',');

/** Of a group of radio buttons the keyboard stops at one: the chosen one, else the first. */
function isGroupsStop(stop: HTMLElement, all: readonly HTMLElement[]): boolean {
  if (!(stop instanceof HTMLInputElement) || stop.type !== 'radio') return true;
  const group = all.filter(
    (one): one is HTMLInputElement =>
      one instanceof HTMLInputElement && one.type === 'radio' && one.name === stop.name,
  );
  return stop === (group.find((one) => one.checked) ?? group[0]);
}

/** Where Tab stops within `box`, in its order. */
export function tabStops(box: HTMLElement): HTMLElement[] {
  const all = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => one.tabIndex >= 0 && one.closest('[hidden], [inert]') === null,
  );
  return all.filter((one) => isGroupsStop(one, all));
}
