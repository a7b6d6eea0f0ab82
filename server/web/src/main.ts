import { createApp } from "vue";
import "@/styles/tokens.css";
import "@/styles/base.css";
import "@/styles/print.css";
import "@/base/theme";
import App from "@/App.vue";
import StartFailed from "@/parts/StartFailed.vue";
import { start } from "@/base/session";
import { router } from "@/router";

start().then(
  () => createApp(App).use(router).mount("#desk"),
  (error) => createApp(StartFailed, { error }).mount("#desk"),
);
