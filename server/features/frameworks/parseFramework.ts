import { z } from 'zod';
import {
  CaseMembers,
  CROSSWALK_MAX,
  CrosswalkEntry,
  FRAMEWORK_ITEMS_MAX,
  FrameworkContent,
  FrameworkItem,
} from '../../../contract/frameworks.ts';
import { parseList, type Parsed } from '../../parseList.ts';
import { endSlice } from '../../slices.ts';

/** A framework apart from its long lists. */
const Shell = FrameworkContent.extend({ items: z.unknown(), crosswalk: z.unknown() });

/** The same as `FrameworkContent.safeParse`, in slices: a framework may have thousands of items. */
export async function parseFramework(value: unknown): Promise<Parsed<FrameworkContent>> {
  const shell = Shell.safeParse(value);
  const members = CaseMembers.safeParse(value).data;
  if (!shell.success && !members) return { issues: shell.error.issues };
  await endSlice();
  const { items: listed, crosswalk: related = [] } = members ?? {};
  const items = await parseList(FrameworkItem, listed, { path: 'items', max: FRAMEWORK_ITEMS_MAX });
  const crosswalk = await parseList(CrosswalkEntry, related, { path: 'crosswalk', max: CROSSWALK_MAX });
  const issues = [...(shell.error?.issues ?? []), ...items.issues, ...crosswalk.issues];
  if (!shell.success || issues.length > 0) return { issues };
  return { data: { ...shell.data, items: items.data, crosswalk: crosswalk.data } };
}

/** A framework as it is stored. @throws {z.ZodError} if it is none */
export async function parseStored(text: string): Promise<FrameworkContent> {
  const value: unknown = JSON.parse(text);
  await endSlice();
  const { data, issues } = await parseFramework(value);
  if (!data) throw new z.ZodError(issues);
  return data;
}
