// Asking for a removal or a restore, for real or as a dry run.
import { answer, api, BACKGROUND, type Operation } from '@/api/client'

export interface Target {
  cluster: string
  namespace: string
  pod: string
}

export interface Wish {
  reason?: string
  force?: boolean
  confirm?: boolean
}

export type Kind = Operation['kind']

export async function request(kind: Kind, target: Target, wish: Wish, dryRun = false): Promise<Operation> {
  const params = { path: target, query: dryRun ? { dry_run: true } : {} }
  const { reason, force, confirm } = wish
  const reply =
    kind === 'remove'
      ? await answer(api.POST('/api/{cluster}/{namespace}/pods/{pod}/remove-load', { params, body: { reason, force } }))
      : await answer(api.POST('/api/{cluster}/{namespace}/pods/{pod}/restore-traffic', { params, body: { reason, confirm } }))
  return reply.operation
}

export async function read(operation: Operation): Promise<Operation> {
  const { cluster, namespace, id } = operation
  return answer(api.GET('/api/{cluster}/{namespace}/operations/{id}', { params: { path: { cluster, namespace, id } }, headers: BACKGROUND }))
}
