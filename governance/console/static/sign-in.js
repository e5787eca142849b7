// The one-time token stands behind the # of the address, where no server and no log sees it. It is moved into the form;
// nothing is sent before somebody presses the button.
"use strict";

function takeToken() {
  const token = location.hash.slice(1);
  if (!token.startsWith("gl_")) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("link-token").value = token;
  document.getElementById("link-form").hidden = false;
  document.getElementById("password-way").hidden = true;
  document.querySelector("#link-form button").focus();
}

takeToken();
// Whoever pastes a link where this page is open already stays on it.
addEventListener("hashchange", takeToken);
