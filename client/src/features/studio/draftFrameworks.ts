import { createContext, useContext, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { PathwayContent } from '../../../../contract/content.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkContent, FrameworkRow } from '../../../../contract/frameworks.ts';
import { NO_FRAMEWORKS_KNOWN, toFrameworkWords } from '../../../../contract/lint/alignments.ts';
import type { KnownFramework, KnownFrameworks } from '../../../../contract/lint/alignments.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import type { Call } from '../../api/call.ts';
import { useLoad } from '../../api/queries.ts';

/** A framework that the draft names, in the version that its alignments are about: the pathway's own, or else the newest. */
export interface DraftFramework {
  readonly title: string;
  readonly version: number;
  /** An overlay together with its core. */
  readonly content: FrameworkContent;
}

/** The frameworks that a draft can be aligned to, and those that it is aligned to. */
export interface DraftFrameworks {
  /** All of the institution; null until they are read. */
  readonly rows: readonly FrameworkRow[] | null;
  readonly named: ReadonlyMap<string, DraftFramework>;
  /** The same as the check of the draft needs it; nothing is known until it is read. */
  readonly known: KnownFrameworks;
}

const NOTHING_READ: DraftFrameworks = { rows: null, named: new Map(), known: NO_FRAMEWORKS_KNOWN };

/** A framework that content names; version null: it is checked against the newest. */
interface Named {
  readonly key: string;
  readonly version: number | null;
}

function namedIn({ framework, modules }: PathwayContent): Named[] {
  const aligned = modules.flatMap(({ criteria }) => criteria.flatMap(({ alignments }) => alignments));
  const keys = new Set(aligned.map((alignment) => alignment.framework));
  if (framework) keys.add(framework.key);
  return [...keys].sort().map((key) => ({ key, version: framework?.key === key ? framework.version : null }));
}

type Read = Pick<DraftFrameworks, 'named' | 'known'>;

async function readNamed(
  call: Call,
  rows: readonly FrameworkRow[],
  names: readonly Named[],
  signal: AbortSignal,
): Promise<Read> {
  const named = new Map<string, DraftFramework>();
  const byKey = new Map<string, KnownFramework>();
  for (const { key, version } of names) {
    const row = rows.find((one) => one.key === key);
    if (!row) continue;
    const { title, version: newest } = row;
    const n = version ?? newest;
    const read = n <= newest ? await call(frameworkEndpoints.read, { params: { key, n } }, { signal }) : null;
    const content = read && (read.applied ?? read.content);
    if (content) named.set(key, { title, version: n, content });
    const words = content ? [[n, toFrameworkWords(content)] as const] : [];
    byKey.set(key, { title, newest, versions: new Map(words) });
  }
  return { named, known: { complete: true, byKey } };
}

/** Reads the frameworks of the institution and those that a draft names, as publishing does. */
export function useDraftFrameworks(content: PathwayContent | null): DraftFrameworks {
  const { call } = useApi();
  const rows = useLoad(frameworkEndpoints.list, {}).data?.rows ?? null;
  const names = content ? namedIn(content) : [];
  const versions = names.map(({ key }) => rows?.find((row) => row.key === key)?.version ?? null);
  const { data } = useQuery({
    queryKey: ['draftFrameworks', names, versions],
    queryFn: ({ signal }) => readNamed(call, rows ?? [], names, signal),
    enabled: rows !== null && names.length > 0,
    staleTime: Infinity,
    // maps are not compared member by member
    structuralSharing: false,
  });
  return useMemo(() => ({ ...NOTHING_READ, ...data, rows }), [data, rows]);
}

export const DraftFrameworksContext = createContext(NOTHING_READ);

/** What is known about frameworks on a draft's page. */
export function useFrameworksHere(): DraftFrameworks {
  return useContext(DraftFrameworksContext);
}
