// Draws the procedure with bpmn-js in the page's own colours and puts the tokens on it. The step list says the same.
(function () {
  "use strict";
  var box = document.querySelector("[data-diagram]");
  if (!box || !window.BpmnJS) return;
  var tokens = JSON.parse(box.dataset.tokens || "{}");
  var log = JSON.parse(box.dataset.log || "[]");
  var tools = document.querySelector("[data-diagram-tools]");
  var viewer = null, drawing = null;

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  // A flow was walked when its target was entered and no other flow into the target left its source later.
  function walkedFlows(registry, walked) {
    var left = {};
    log.forEach(function (entry, at) {
      var element = registry.get(entry[1]);
      if (entry[0] === "out") { left[entry[1]] = at; return; }
      if (!element) return;
      var best = null;
      (element.incoming || []).forEach(function (flow) {
        var source = flow.source && flow.source.id;
        if (flow.type === "bpmn:SequenceFlow" && source in left && (!best || left[source] > left[best.source.id])) best = flow;
      });
      if (best) walked[best.id] = true;
    });
  }

  function mark() {
    var canvas = viewer.get("canvas"), registry = viewer.get("elementRegistry"), overlays = viewer.get("overlays");
    var walked = {};
    log.forEach(function (entry) { if (entry[0] === "out") walked[entry[1]] = true; });
    walkedFlows(registry, walked);
    var followed = log.length > 0;
    registry.forEach(function (element) {
      var step = element.businessObject && (element.businessObject.$instanceOf("bpmn:FlowNode") || element.type === "bpmn:SequenceFlow");
      if (!step || element.type === "label" || !followed) return;
      if (!(element.id in tokens)) canvas.addMarker(element.id, walked[element.id] ? "walked" : "ahead");
    });
    Object.keys(tokens).forEach(function (id) {
      if (!registry.get(id)) return;
      canvas.addMarker(id, "token");
      var dot = document.createElement("div");
      dot.className = "token-dot";
      dot.textContent = tokens[id];
      overlays.add(id, { position: { top: -10, right: 10 }, html: dot });
    });
  }

  // The whole diagram where it stays readable, else the place where the dossier stands.
  function look(how) {
    var canvas = viewer.get("canvas"), registry = viewer.get("elementRegistry");
    var scale = canvas.zoom("fit-viewport", "auto");
    var here = Object.keys(tokens).map(function (id) { return registry.get(id); }).filter(Boolean)[0];
    if (how === "fit" || (how === "begin" && scale >= 0.65) || !here) return;
    canvas.zoom(0.8, { x: here.x + here.width / 2, y: here.y + here.height / 2 });
    canvas.scrollToElement(here, { top: 120, right: 300, bottom: 120, left: 300 });
  }

  function draw(xml) {
    if (viewer) viewer.destroy();
    viewer = new window.BpmnJS({
      container: box,
      bpmnRenderer: { defaultFillColor: colour("--page"), defaultStrokeColor: colour("--muted"), defaultLabelColor: colour("--text") },
      textRenderer: { defaultStyle: { fontFamily: colour("--font") } }
    });
    return viewer.importXML(xml).then(function () {
      mark();
      if (box.offsetParent !== null) look("begin");
      box.dataset.drawn = "1";
      if (tools) tools.hidden = false;
    });
  }

  function failed(problem) {
    var instead = box.dataset.instead || "Danh sách các bước bên dưới vẫn đầy đủ.";
    box.textContent = "Chưa vẽ được sơ đồ (" + problem.message + "). " + instead;
    box.dataset.drawn = "0";
  }

  fetch(box.dataset.diagram, { credentials: "same-origin" })
    .then(function (response) {
      if (!response.ok) throw new Error("HTTP " + response.status);
      return response.text();
    })
    .then(function (xml) {
      drawing = xml;
      return draw(xml);
    })
    .catch(failed);

  document.addEventListener("trinh:theme", function () { if (drawing) draw(drawing).catch(failed); });
  if (tools) tools.addEventListener("click", function (event) {
    var how = event.target.dataset.zoom;
    if (!how || !viewer) return;
    if (how === "in" || how === "out") viewer.get("zoomScroll").stepZoom(how === "in" ? 2 : -2);
    else look(how);
  });
})();
