// A command on a complaint on which others work at the same time. It is sent with the newest version
// whose changes whoever sits here was shown: what others did since the form was opened stands in
// `others`, which <ChangeNote> shows, and what was typed stays. After a refusal as stale the next try is
// sent on top of their change.
//
//   const add = useChange(
//     () => props.complaint,
//     (body: { text: string }, key, version) =>
//       api.POST("/v1/complaints/{id}/notes", { params: { path: { id: props.complaint.id }, header: changing(version, key) }, body }),
//     () => emit("changed"),
//   );
//   <ChangeNote :change="add" />   add.run({ text })   add.busy   add.errors["/text"]   add.refusal
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { api, take, type Answer, type Schemas } from "@/api/client";
import { useCommand } from "@/base/command";
import { messages } from "@/base/i18n";
import { personName } from "@/base/people";
import { self } from "@/base/session";

type Entry = Schemas["JournalEntry"];

const t = messages({ zh: { through: "{name}（由 {actor} 代办）" }, en: { through: "{name} (through {actor})" } });

const PAGE = 200;

// Whose act an entry tells of.
export const personOf = (entry: Pick<Entry, "actor" | "on_behalf_of">): string => entry.on_behalf_of ?? entry.actor;

export const doneBy = ({ actor, on_behalf_of: person }: Pick<Entry, "actor" | "on_behalf_of">): string =>
  person ? t("through", { name: personName(person), actor: personName(actor) }) : personName(actor);

// What one's deputy does is news.
export const isOthers = (entry: Pick<Entry, "actor">): boolean => entry.actor !== self.value?.login;

// What was done to a complaint after a version: each version has one entry of the journal.
export async function entriesAfter(id: string, version: number): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let after: number | null = version; after !== null; ) {
    const page: Schemas["JournalPage"] = await take(api.GET("/v1/complaints/{id}/journal", { params: { path: { id }, query: { after, limit: PAGE } } }));
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

export function useChange<I, T>(
  complaint: () => { id: string; version: number },
  send: (input: I, key: string, version: number) => Promise<Answer<T>>,
  done: (data: T) => unknown = () => {},
) {
  const seen = ref(complaint().version);
  const others = shallowRef<Entry[]>([]);
  const stale = ref(false); // it was refused because of what they did
  const command = useCommand((input: I, key) => send(input, key, seen.value), done);

  async function learn(): Promise<void> {
    const news = await entriesAfter(complaint().id, seen.value);
    seen.value = news.reduce((newest, { index }) => Math.max(newest, index), seen.value);
    const theirs = news.filter((entry) => isOthers(entry) && !others.value.some(({ index }) => index === entry.index));
    if (theirs.length) others.value = [...others.value, ...theirs];
  }

  // While a command of ours is on its way, its own change is no news.
  watch(
    () => complaint().version,
    (version) => {
      if (version > seen.value && !command.busy) void learn().catch(() => {});
    },
  );

  async function run(input: I): Promise<boolean> {
    if (await command.run(input)) {
      others.value = [];
      stale.value = false;
      return true;
    }
    stale.value = command.refusal?.slug === "stale-version";
    if (stale.value) await learn().catch(() => {});
    return false;
  }

  return reactive({
    busy: computed(() => command.busy),
    errors: computed(() => command.errors),
    // What <RefusalNote> shows; being stale is told by <ChangeNote>.
    refusal: computed(() => (stale.value && others.value.length ? null : command.refusal)),
    others,
    stale,
    run,
    forget: command.forget,
  });
}
