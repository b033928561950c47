// Sets the reader's own choice of theme before anything is painted; without one the system's theme holds.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("trinh-theme"); } catch (e) { /* private mode: follow the system */ }
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
})();
