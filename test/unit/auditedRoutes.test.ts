import { describe, expect, it } from '@jest/globals';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import type { Endpoint } from '../../contract/endpoint.ts';

const nameOf = ({ method, path }: Endpoint): string => `${method.toUpperCase()} ${path}`;
const PRIVILEGED = ENDPOINTS.map((row) => row.endpoint).filter(({ who }) =>
  who.some((role) => role === 'reviewer' || role === 'designer' || role === 'admin'),
);

describe('the endpoint table', () => {
  it('says of every route for reviewers, designers and admins what it leaves in the audit', () => {
    const silent = PRIVILEGED.filter((endpoint) => endpoint.audit === undefined);

    expect(PRIVILEGED.length).toBeGreaterThan(15);
    expect(silent.map(nameOf)).toEqual([]);
  });

  it('says that nothing is left only where nobody’s work is touched', () => {
    const unaudited = PRIVILEGED.filter((endpoint) => endpoint.audit === false);

    expect(unaudited.map(nameOf)).toEqual([
      'GET /preview',
      'GET /preview/modules/:moduleKey',
      'POST /content-files/:sha256/link',
      'GET /content-uploads/:id',
      'GET /deep-linking',
      'GET /studio/pathways',
      'GET /studio/achievements',
      'GET /studio/drafts/:id',
      'GET /studio/drafts/:id/changes',
      'PUT /studio/drafts/:id/parts',
      'PUT /studio/drafts/:id/presence',
      'GET /studio/drafts/:id/parts/:partKey/versions',
      'GET /studio/pathways/:key/versions',
      'GET /studio/pathways/:key/versions/:n',
      'GET /studio/forms',
      'GET /studio/forms/:key/versions',
      'POST /bundles/check',
      'POST /bundles/pathways/:key/versions/:n/link',
      'POST /bundles/forms/:key/versions/:n/link',
      'POST /bundles/drafts/:id/link',
      'GET /admin/deliveries/newest',
      'GET /frameworks',
      'GET /frameworks/:key/versions/:n',
      'GET /frameworks/:key/versions/:n/case',
      'GET /frameworks/:key/versions/:n/csv',
      'POST /admin/frameworks/import/dry-run',
      'GET /admin/overlays',
      'GET /admin/overlays/:id',
      'PUT /admin/overlays/:id',
      'PUT /admin/overlays/:id/presence',
    ]);
  });
});
