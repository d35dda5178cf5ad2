import { html, trusted } from './html.ts';

/** How the storage answers lti.put_data, lti.get_data and lti.capabilities (LTI client side postMessages 0.1). */
export const STORAGE_SCRIPT = `
const kept = new Map();
function answerStorage(event) {
  const { subject, message_id, key, value } = event.data || {};
  if (subject !== 'lti.put_data' && subject !== 'lti.get_data') return false;
  const reply = { subject: subject + '.response', message_id, key };
  const place = event.origin + ' ' + key;
  if (typeof key !== 'string' || key === '' || !message_id) {
    reply.error = { code: 'bad_request', message: 'key and message_id are needed' };
  } else if (subject === 'lti.put_data') {
    if (value === null || value === undefined) kept.delete(place);
    else if (typeof value !== 'string' || value.length > 4096 || kept.size > 500) {
      reply.error = { code: 'storage_exhaustion', message: 'Too much' };
    } else kept.set(place, value);
    reply.value = value;
  } else reply.value = kept.get(place) ?? null;
  event.source.postMessage(reply, event.origin);
  return true;
}`;

/** The page of the frame named post_message_forwarding. What is put stays as long as the page around it. */
export function storageFramePage(): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Platform storage · Demo LMS</title>
      </head>
      <body>
        <script>
          ${trusted(STORAGE_SCRIPT)};
          addEventListener('message', (event) => {
            if (answerStorage(event)) return;
            if (event.data && event.data.subject === 'lti.capabilities') {
              event.source.postMessage(
                {
                  subject: 'lti.capabilities.response',
                  message_id: event.data.message_id,
                  supported_messages: [
                    { subject: 'lti.capabilities' },
                    { subject: 'lti.put_data' },
                    { subject: 'lti.get_data' },
                  ],
                },
                event.origin,
              );
            }
          });
        </script>
      </body>
    </html>`.text;
}
