import type { Express } from 'express';

/** What Express stores about a mounted middleware, router or route. */
interface Layer {
  rawPath?: unknown;
  route?: { path: unknown; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** `get /api/v1/session`; `_all` if a route accepts any method. */
export interface MountedRoute {
  method: string;
  path: string;
}

const pathsOf = (path: unknown): string[] => [path].flat().map(String);

function walk(stack: readonly Layer[], prefix: string): MountedRoute[] {
  return stack.flatMap(({ route, handle, rawPath }) => {
    if (route) {
      const methods = Object.keys(route.methods);
      return pathsOf(route.path).flatMap((path) =>
        methods.map((method) => ({ method, path: prefix + path })),
      );
    }
    if (!handle.stack) return [];
    const below = handle.stack;
    return pathsOf(rawPath ?? '/').flatMap((path) => walk(below, prefix + (path === '/' ? '' : path)));
  });
}

/** Every route of an app, in whichever router it is mounted. */
export function mountedRoutes(app: Express): MountedRoute[] {
  const { stack } = app.router as { stack: unknown[] };
  return walk(stack as Layer[], '');
}
