import { ref } from 'vue'

/** The address of the Pods that were looked at last, with its filters, while this page is open. */
export const lastScope = ref('')
