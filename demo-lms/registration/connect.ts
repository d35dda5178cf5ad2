import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Tool } from '../state/types.ts';
import { issueRegistrationToken, registrationUrl } from './registration.ts';

/**
 * Does what an LMS admin does in the browser: opens the tool's registration URL, submits its one form if it
 * shows one, then activates the tool and offers it to teachers.
 * @throws {LmsError} 502 when the tool did not register, with the words of its page
 */
export async function connectTool(lms: Lms, url: string): Promise<Tool> {
  const token = await issueRegistrationToken(lms);
  const first = await fetch(registrationUrl(lms, url, token));
  let text = await first.text();
  if (!toolOf(lms, token)) {
    const form = readForm(text, first.url);
    if (form) text = await (await fetch(form.action, { method: 'POST', body: form.fields })).text();
  }
  const tool = toolOf(lms, token);
  if (!tool) {
    const words = text.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    throw new LmsError(502, `The tool did not register: ${words.trim().slice(0, 300)}`);
  }
  tool.state = 'active';
  tool.inChooser = true;
  return tool;
}

function toolOf(lms: Lms, token: string): Tool | null {
  const toolId = lms.launches.findRegistration(token)?.toolId;
  return toolId ? lms.tools.find(toolId) : null;
}

function readForm(page: string, base: string): { action: string; fields: URLSearchParams } | null {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page);
  if (!form) return null;
  const fields = new URLSearchParams();
  for (const [tag] of (form[2] ?? '').matchAll(/<(?:input|button)\b[^>]*>/gi)) {
    const name = attribute(tag, 'name');
    const isUnchecked = /type="?(checkbox|radio)/i.test(tag) && !/\bchecked\b/i.test(tag);
    if (name && !isUnchecked) fields.append(name, attribute(tag, 'value') ?? '');
  }
  return { action: new URL(attribute(form[1] ?? '', 'action') ?? base, base).href, fields };
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\b${name}=(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag);
  const text = value?.[1] ?? value?.[2];
  if (text === undefined) return null;
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}
