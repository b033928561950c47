// What every page does with JavaScript; everything works without it.
(function () {
  "use strict";

  var token = document.querySelector('meta[name="csrf-token"]');
  document.addEventListener("htmx:configRequest", function (event) {
    if (token) event.detail.headers["X-CSRF-Token"] = token.content;
  });

  var themeSwitch = document.querySelector("[data-theme-switch]");
  if (themeSwitch) {
    themeSwitch.hidden = false;
    themeSwitch.addEventListener("click", function () {
      var root = document.documentElement;
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("trinh-theme", root.dataset.theme); } catch (e) { /* only for this page then */ }
      document.dispatchEvent(new CustomEvent("trinh:theme"));
    });
  }

  var focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();

  // What was typed and could not be recorded, as text for elsewhere.
  var copy = document.querySelector("[data-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", function () {
      var parts = [];
      document.querySelectorAll(copy.dataset.copy + " [data-yours], " + copy.dataset.copy + " textarea, " + copy.dataset.copy + " input.control")
        .forEach(function (el) { parts.push("value" in el ? el.value : el.textContent); });
      navigator.clipboard.writeText(parts.filter(Boolean).join("\n\n")).then(function () { copy.textContent = "Đã chép"; });
    });
  }

  // A field that hangs on another one's answer is drawn only while it applies; the server checks the same rule.
  function answers(key) {
    var found = [];
    document.querySelectorAll('[name="' + key + '"]').forEach(function (el) {
      if (el.type === "checkbox" && el.value === "true") found.push(el.checked ? "true" : "false");
      else if (el.type === "radio" || el.type === "checkbox") { if (el.checked) found.push(el.value); } else found.push(el.value);
    });
    return found;
  }
  function refresh() {
    document.querySelectorAll("[data-shown-if]").forEach(function (box) {
      var values = JSON.parse(box.dataset.shownValues);
      box.hidden = !answers(box.dataset.shownIf).some(function (value) { return values.indexOf(value) >= 0; });
    });
  }
  document.addEventListener("change", refresh);
  refresh();

  // A row more or less: the form was drawn again in place, and the focus goes to what changed.
  document.addEventListener("htmx:afterSwap", function (event) {
    refresh();
    var button = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!button || !button.value) return;
    var adding = button.name === "add-row";
    var path = adding ? button.value : button.value.replace(/\.\d+$/, "");
    var rows = document.getElementById("f-" + path.replace(/\./g, "-"));
    if (!rows) return;
    var records = rows.querySelectorAll(".record");
    var last = adding && records.length ? records[records.length - 1].querySelector("input, select, textarea") : null;
    (last || rows.querySelector('[name="add-row"]') || rows).focus();
  });

  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // What is typed is kept on the server as a draft; nothing is sent before its button is pressed.
  var waiting = null;
  function kept(words) {
    var place = document.querySelector("[data-saved]");
    if (place && place.textContent !== words) place.textContent = words;
  }
  function keep(form) {
    var body = new FormData(form);
    Array.from(body.keys()).forEach(function (name) { if (body.get(name) instanceof File) body.delete(name); });
    body.append("auto", "1");
    fetch(form.dataset.drafts, { method: "POST", body: body, credentials: "same-origin", redirect: "manual" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(kept)
      .catch(function () { kept("Chưa tự lưu được; phần bạn nhập vẫn còn trên trang này."); });
  }
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form || !form.dataset.drafts || event.target.name.charAt(0) === "_") return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000, form);
  });
  document.addEventListener("submit", function () { clearTimeout(waiting); });

  // A file that is too large is told before it is sent. Enter in the lines about a paper sends the paper.
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.dataset.limit) return;
    var large = input.files.length > 0 && input.files[0].size > Number(input.dataset.limit);
    input.parentNode.querySelector("[data-too-large]").hidden = !large;
    if (large) input.value = "";
  });
  document.addEventListener("keydown", function (event) {
    var box = event.key === "Enter" && !event.isComposing && event.target.closest("[data-upload]");
    if (!box || event.target.tagName !== "INPUT" || event.target.type === "file") return;
    event.preventDefault();
    box.querySelector("button").click();
  });

  // Keys: j k rows, Enter opens, c takes, u back, Ctrl+Enter the main button. Never while composing or inside a field.
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
  function at() { return rows.findIndex(function (row) { return row.contains(document.activeElement); }); }
  function go(step) {
    if (!rows.length) return;
    var next = Math.min(rows.length - 1, Math.max(0, at() + step));
    var link = rows[next].querySelector("a.main");
    if (link) link.focus();
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey || event.metaKey) return;
    var field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.ctrlKey) {
      var main = document.querySelector("[data-main-button]");
      if (event.key === "Enter" && main) { event.preventDefault(); main.click(); }
      return;
    }
    if (field) return;
    if (event.key === "/") {
      var search = document.getElementById("tim");
      if (search && search.offsetParent !== null) { event.preventDefault(); search.focus(); }
    } else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "c" && at() >= 0) {
      var take = rows[at()].querySelector("[data-take]");
      if (take) take.click();
    } else if (event.key === "u") {
      var back = document.querySelector(".crumbs a");
      if (back) back.click();
    }
  });
})();
