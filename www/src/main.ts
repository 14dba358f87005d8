import { createApp } from 'vue'
import '@/styles/tokens.css'
import '@/styles/base.css'
import '@/theme/theme'
import App from './App.vue'
import { router } from './router'
import { keepWatch } from './session/session'

keepWatch()
createApp(App).use(router).mount('#app')
