// Draws the procedure with bpmn-js and puts the tokens on it. The step list beside it says the same in words.
(function () {
  "use strict";
  var box = document.querySelector("[data-diagram]");
  if (!box || !window.BpmnJS) return;
  var viewer = new window.BpmnJS({ container: box });
  var tokens = JSON.parse(box.dataset.tokens || "{}");
  var walked = JSON.parse(box.dataset.walked || "[]");
  fetch(box.dataset.diagram, { credentials: "same-origin" })
    .then(function (response) {
      if (!response.ok) throw new Error("HTTP " + response.status);
      return response.text();
    })
    .then(function (xml) { return viewer.importXML(xml); })
    .then(function () {
      var canvas = viewer.get("canvas");
      var registry = viewer.get("elementRegistry");
      var overlays = viewer.get("overlays");
      canvas.zoom("fit-viewport", "auto");
      walked.forEach(function (id) { if (registry.get(id)) canvas.addMarker(id, "walked"); });
      Object.keys(tokens).forEach(function (id) {
        if (!registry.get(id)) return;
        canvas.addMarker(id, "token");
        var dot = document.createElement("div");
        dot.className = "token-dot";
        dot.textContent = tokens[id];
        overlays.add(id, { position: { top: -10, right: 10 }, html: dot });
      });
      box.dataset.drawn = "1";
    })
    .catch(function (problem) {
      box.textContent = "Chưa vẽ được sơ đồ (" + problem.message + "). Danh sách các bước bên dưới vẫn đầy đủ.";
      box.dataset.drawn = "0";
    });
})();
