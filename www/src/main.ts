import { createApp } from 'vue'
import '@/styles/tokens.css'
import '@/styles/base.css'
import '@/theme/theme'
import App from './App.vue'
import { router } from './router'
import { watchForSigns } from './session/presence'
import { keepWatch } from './session/session'

// A page that was opened before an upgrade asks for files that are gone.
window.addEventListener('vite:preloadError', () => window.location.reload())

watchForSigns(window)
keepWatch()
createApp(App).use(router).mount('#app')
