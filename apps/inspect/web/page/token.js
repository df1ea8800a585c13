// The token that the program printed as a part of the page's address. It is kept for this tab only,
// and taken out of the address so that it is not copied or shown with it.

const place = "troupe-token";

/** Keeps a token that the address holds. Returns whether there was one. */
export function takeTokenFromAddress() {
  const found = /^#token=([0-9a-f]+)$/.exec(location.hash);
  if (found === null) return false;
  sessionStorage.setItem(place, found[1]);
  history.replaceState(null, "", "#/overview");
  return true;
}

/** What somebody typed: the token, or the whole address. */
export function takeTokenFromText(text) {
  const found = /([0-9a-f]{32})\s*$/.exec(text);
  if (found === null) return false;
  sessionStorage.setItem(place, found[1]);
  return true;
}

export function token() {
  return sessionStorage.getItem(place);
}

export function forgetToken() {
  sessionStorage.removeItem(place);
}
