import type { z } from 'zod';
import type { DeepLinkingReply } from '../../../../contract/deepLinking.ts';

/**
 * Posts the signed reply to the LMS in this frame, as required by LTI Deep Linking 2.0 §4.5: one field `JWT`. The LMS's own
 * screen then takes over the frame.
 */
export function handOver({ action, jwt }: z.infer<typeof DeepLinkingReply>): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = action;
  form.hidden = true;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'JWT';
  field.value = jwt;
  form.append(field);
  document.body.append(form);
  form.submit();
}
