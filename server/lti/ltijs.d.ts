/** The part of ltijs 5.9.9 that `core.ts` uses. The package has no types, and @types/ltijs is of version 4. */
declare module 'ltijs/dist/Utils/Auth.js' {
  import type { KeyObject } from 'node:crypto';

  namespace Auth {
    interface Platform {
      platformActive(): Promise<boolean>;
      platformAuthConfig(): Promise<{ method: 'RSA_KEY'; key: KeyObject }>;
      platformClientId(): Promise<string>;
      platformKid(): Promise<string>;
    }
    interface Parameters {
      /** Issuer that the login was for. */
      iss: string;
      /** Seconds. */
      maxAge: number | false;
      /** Set by `validateToken` from the token's own header; `validateAlg` refuses all but RS256. */
      alg?: string;
    }
    /** Where ltijs looks up and stores nonces. */
    interface Database {
      Get(key: false, collection: 'nonce', query: { nonce: unknown }): Promise<unknown>;
      Insert(key: false, collection: 'nonce', item: { nonce: unknown }): Promise<unknown>;
    }
    type Claims = Record<string, unknown>;
  }

  class Auth {
    // the parameters of the original, in its order
    static validateToken(
      token: string,
      devMode: false,
      parameters: Auth.Parameters,
      getPlatform: (issuer: string, clientId: string) => Promise<Auth.Platform | false>,
      encryptionKey: undefined,
      database: Auth.Database,
    ): Promise<Auth.Claims>;
    static verifyToken(
      token: string,
      key: KeyObject,
      parameters: Auth.Parameters,
      platform: Auth.Platform,
      database: Auth.Database,
    ): Promise<Auth.Claims>;
    static oidcValidation(
      claims: Auth.Claims,
      platform: Auth.Platform,
      parameters: Auth.Parameters,
      database: Auth.Database,
    ): Promise<unknown>;
    static validateAud(claims: Auth.Claims, platform: Auth.Platform): Promise<true>;
    static claimValidation(claims: Auth.Claims): Promise<void>;
  }

  export = Auth;
}
