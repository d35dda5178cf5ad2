import type { Scene } from './support.ts';

async function cookieOf(scene: Scene, personId: string): Promise<string> {
  const response = await fetch(`${scene.demo.url}/act-as/${personId}`, { redirect: 'manual' });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** A page as a person sees it; redirects are not followed. */
export async function see(scene: Scene, path: string, personId: string): Promise<Response> {
  return fetch(scene.demo.url + path, {
    headers: { cookie: await cookieOf(scene, personId) },
    redirect: 'manual',
  });
}

/** Posts a form of the pages as a person. */
export async function submit(
  scene: Scene,
  path: string,
  personId: string,
  fields: Record<string, string> | [string, string][],
): Promise<Response> {
  return fetch(scene.demo.url + path, {
    method: 'POST',
    headers: { cookie: await cookieOf(scene, personId) },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}
