import type { Endpoint } from '../../contract/endpoint.ts';
import { frameworkEndpoints } from '../../contract/frameworks.ts';
import { overlayEndpoints } from '../../contract/overlays.ts';
import { operatorOf } from '../../server/features/audit/audit.service.ts';
import { publishFramework } from '../../server/features/frameworks/frameworks.service.ts';
import type { AppDeps } from '../../server/wire.ts';
import type { Caller, District } from './app.ts';
import { buildCore, toImport } from './frameworks.ts';
import { adaptCore, beginOverlay } from './overlays.ts';

type Launch = (deps: AppDeps, district: District) => Promise<{ caller: Caller }>;
/** A request of a POST, with what it needs already there. */
type Make = (
  deps: AppDeps,
  district: District,
) => Promise<{ caller: Caller; params?: Record<string, string>; body: unknown }>;

/** The POSTs of frameworks and overlays. @param admin  launches an admin */
export function frameworkPosts(admin: Launch): [endpoint: Endpoint, make: Make][] {
  const importing: Make = async (deps, district) => ({
    caller: (await admin(deps, district)).caller,
    body: toImport(buildCore()),
  });
  const withCore: Launch = async (deps, district) => {
    await publishFramework(deps, operatorOf(district.institutionId), buildCore());
    return admin(deps, district);
  };
  return [
    [frameworkEndpoints.import, importing],
    [frameworkEndpoints.tryImport, importing],
    [
      overlayEndpoints.begin,
      async (deps, district) => ({ caller: (await withCore(deps, district)).caller, body: adaptCore() }),
    ],
    [
      overlayEndpoints.publish,
      async (deps, district) => {
        const { caller } = await withCore(deps, district);
        const params = { id: await beginOverlay(caller) };
        return { caller, params, body: { revision: 1, newest: null } };
      },
    ],
  ];
}
