import { defineAsyncComponent } from 'vue'

const load = () => import('./OperationDialog.vue')

/** The dialog is not needed to see the Pods: it is fetched once they are there, before somebody asks for it. */
export const OperationDialog = defineAsyncComponent(load)

export function fetchDialog(): void {
  window.setTimeout(() => void load().catch(() => undefined), 300)
}
