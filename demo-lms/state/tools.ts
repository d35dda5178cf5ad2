import { LmsError, need } from './errors.ts';
import type { Tool } from './types.ts';

export const SCOPE = {
  lineItem: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  lineItemReadOnly: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
  result: 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  score: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  roster: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const;
export const ALL_SCOPES: readonly string[] = Object.values(SCOPE);
export const AGS_SCOPES: readonly string[] = ALL_SCOPES.filter((scope) => scope !== SCOPE.roster);

export type NewTool = Pick<Tool, 'initiateLoginUri' | 'redirectUris' | 'targetLinkUri' | 'jwksUri'> &
  Partial<Omit<Tool, 'id'>>;

/** The tools registered with this LMS. */
export class Tools {
  #byId: Map<string, Tool>;
  #count: (kind: string) => string;

  constructor(count: (kind: string) => string, records = new Map<string, Tool>()) {
    this.#count = count;
    this.#byId = records;
  }

  /**
   * Registers a tool: active and offered to teachers unless said otherwise, with every scope,
   * a client id and one deployment of its own.
   * @throws {LmsError} 409 when the client id is taken
   */
  register(input: NewTool): Tool {
    const id = this.#count('tool');
    const tool: Tool = {
      name: 'External tool',
      description: '',
      clientId: `client-${id}`,
      deployments: [id],
      deepLinkingUri: input.targetLinkUri,
      scopes: [...ALL_SCOPES],
      claims: null,
      customParameters: {},
      logoUri: null,
      state: 'active',
      inChooser: true,
      ...input,
      id,
    };
    if (this.findByClientId(tool.clientId)) {
      throw new LmsError(409, `The client id "${tool.clientId}" is taken.`);
    }
    this.#byId.set(id, tool);
    return tool;
  }

  find(id: string): Tool | null {
    return this.#byId.get(id) ?? null;
  }

  get(id: string): Tool {
    return need(this.find(id), `The tool ${id}`);
  }

  findByClientId(clientId: string): Tool | null {
    return this.list().find((tool) => tool.clientId === clientId) ?? null;
  }

  list(): Tool[] {
    return [...this.#byId.values()];
  }

  /** Installs the tool once more under the same client id, as Canvas and Schoology do, and gives the new deployment id. */
  deploy(toolId: string, deploymentId?: string): string {
    const tool = this.get(toolId);
    const id = deploymentId ?? `${tool.clientId}-${tool.deployments.length + 1}`;
    if (!tool.deployments.includes(id)) tool.deployments.push(id);
    return id;
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}
