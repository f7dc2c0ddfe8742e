// A real OpenID Connect provider (npm `oidc-provider`) for the desk: whoever signs in there types who she is.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [port, service] = process.argv.slice(2);
const require = createRequire(join(process.env.EARAYIS_NODE_MODULES, 'x.js'));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
// Nobody reads what it notes of its defaults.
console.info = console.warn = () => {};
// It ends with whoever started it, be it by way of a wrapper.
process.stdin.on('end', () => process.exit()).resume();
const people = { ayten: '7DEM001', rauf: '7DEM002', nobody: '7DEM003' };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'earayis',
    client_secret: 's3cr3t-of-a-test',
    redirect_uris: [`${service}/sign-in/return`],
    post_logout_redirect_uris: [`${service}/desk/sign-in`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub', 'fin'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true } },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, fin: people[id] }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
