// The token, if the server asks for one. It is kept in memory alone: in no address, no cookie and no store.

const find = (id) => document.getElementById(id);
let token = "";
let asking = null;

/** Shows the field and waits until it is filled; all who ask meanwhile wait for the same. */
function askForToken() {
  find("why").textContent = token ? "This token is none of the server's." : "The server asks for a token.";
  find("admission").hidden = false;
  find("token").focus();
  return new Promise((resolve) => {
    find("admission").addEventListener("submit", (event) => {
      event.preventDefault();
      token = find("token").value.trim();
      find("token").value = "";
      find("admission").hidden = true;
      asking = null;
      resolve();
    }, { once: true });
  });
}

function withToken(options) {
  return token ? { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } } : options;
}

/** Like `fetch`, but a refusal for want of a token is followed by the question for one, and then by another try. */
export async function fetchAllowed(path, options = {}) {
  for (;;) {
    const used = token;
    const response = await fetch(path, withToken(options));
    if (response.status !== 401) return response;
    // Whoever was refused with an older token than the one that is there now tries that first.
    if (used === token) await (asking ??= askForToken());
  }
}
