import { useQuery } from '@tanstack/react-query';
import type { PathwayContent } from '../../../../contract/content.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import { NO_FRAMEWORKS_KNOWN, toFrameworkWords } from '../../../../contract/lint/alignments.ts';
import type { KnownFramework, KnownFrameworks } from '../../../../contract/lint/alignments.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import type { Call } from '../../api/call.ts';

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

async function readKnown(call: Call, named: readonly Named[], signal: AbortSignal): Promise<KnownFrameworks> {
  const { rows } = await call(frameworkEndpoints.list, {}, { signal });
  const byKey = new Map<string, KnownFramework>();
  for (const { key, version } of named) {
    const row = rows.find((one) => one.key === key);
    if (!row) continue;
    const { title, version: newest } = row;
    const n = version ?? newest;
    const read = n <= newest ? await call(frameworkEndpoints.read, { params: { key, n } }, { signal }) : null;
    const words = read ? [[n, toFrameworkWords(read.applied ?? read.content)] as const] : [];
    byKey.set(key, { title, newest, versions: new Map(words) });
  }
  return { complete: true, byKey };
}

/** The published frameworks that a draft is checked against, as publishing does. Until they are read, nothing is said about them. */
export function useKnownFrameworks(content: PathwayContent): KnownFrameworks {
  const { call } = useApi();
  const named = namedIn(content);
  const { data } = useQuery({
    queryKey: ['knownFrameworks', named],
    queryFn: ({ signal }) => readKnown(call, named, signal),
    enabled: named.length > 0,
    // maps are not compared member by member
    structuralSharing: false,
  });
  return data ?? NO_FRAMEWORKS_KNOWN;
}
