import { frameworkEndpoints, type ImportFramework } from '../../../contract/frameworks.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, route, type RouteDeps } from '../../http/route.ts';
import {
  describeImport,
  exportFramework,
  importFramework,
  tryFrameworkImport,
  type FrameworkFile,
} from './formats.service.ts';
import { getFramework, listFrameworks, PublishedVersion, readStatements } from './frameworks.service.ts';

function toFile(body: ImportFramework): FrameworkFile {
  const file = Buffer.from(body.file, 'base64');
  return body.format === 'csv' ? { format: 'csv', file, about: body.about } : { format: 'case', file };
}

export function mountFrameworks(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  const { list, read, statements, exportCase, exportCsv, import: importFile, tryImport } = frameworkEndpoints;
  route(routes, list, async ({ session }) => ({ rows: await listFrameworks(session.institutionId) }));
  route(routes, read, async ({ session, params }) => {
    const found = await getFramework(session.institutionId, params.key, params.n);
    const { n: version, contentHash, publishedAt, content, applied } = found;
    return { version, contentHash, publishedAt: publishedAt.toISOString(), content, applied };
  });
  route(routes, statements, ({ session, params, query }) =>
    readStatements(session.institutionId, params.key, query.items),
  );
  route(routes, exportCase, ({ session, params }) => exportFramework(session.institutionId, params, 'case'));
  route(routes, exportCsv, ({ session, params }) => exportFramework(session.institutionId, params, 'csv'));
  route(routes, tryImport, ({ session, body }) => tryFrameworkImport(session.institutionId, toFile(body)));
  committedRoute(routes, importFile, {
    work: ({ session, body }) => importFramework(deps, session, toFile(body)),
    keeps: PublishedVersion,
    reply: ({ session }, published) => describeImport(session.institutionId, published),
  });
}
