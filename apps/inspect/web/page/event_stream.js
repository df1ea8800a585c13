// Reads server-sent events. The browser's own EventSource cannot send the token along.

/** Calls `take` with the type and the data of each event, until the stream ends. */
export async function readEvents(stream, take, noteLife) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    noteLife();
    const looked = Math.max(0, waiting.length - 1); // there is no end before that
    waiting += value;
    for (let end = waiting.indexOf("\n\n", looked); end >= 0; end = waiting.indexOf("\n\n")) {
      takeEvent(waiting.slice(0, end), take);
      waiting = waiting.slice(end + 2);
    }
  }
}

function takeEvent(text, take) {
  let type = "message";
  let data = null;
  for (const line of text.split("\n")) {
    if (line.startsWith("event: ")) type = line.slice(7);
    else if (line.startsWith("data: ")) data = line.slice(6);
  }
  if (data !== null) take(type, JSON.parse(data));
}
