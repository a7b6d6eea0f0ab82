// A stream of server-sent events, read by a request: a browser's EventSource sends no header, and does not
// tell why it was refused.
export interface Told {
  id: string;
  data: string; // empty: nothing happened, the stream only says how far it is
}

const field = (block: string, name: string): string =>
  block
    .split("\n")
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2))
    .join("\n");

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield { id: field(block, "id"), data: field(block, "data") };
  }
}
