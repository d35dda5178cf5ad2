/**
 * What ours is measured against: the app of ltijs's own guide, with one onConnect and without devMode. Only the guide's
 * `console.log(token)` is left out.
 */
import ltijs from 'ltijs';

const { BARE_PORT, BARE_MONGODB_URI, BARE_PLATFORM } = process.env;
const platform = BARE_PLATFORM ?? '';
const lti = ltijs.Provider;

lti.setup(
  'LTIKEY',
  { url: BARE_MONGODB_URI },
  { appRoute: '/', loginRoute: '/login', cookies: { secure: false, sameSite: '' }, devMode: false },
);
lti.onConnect((_token, _req, res) => res.send("It's alive!"));
await lti.deploy({ port: Number(BARE_PORT), silent: true });
await lti.registerPlatform({
  url: platform,
  name: 'Platform Name',
  clientId: 'client-1',
  authenticationEndpoint: `${platform}/auth`,
  accesstokenEndpoint: `${platform}/token`,
  authConfig: { method: 'JWK_SET', key: `${platform}/jwks` },
});
