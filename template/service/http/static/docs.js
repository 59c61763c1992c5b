"use strict";
// Swagger UI from its own package, shown the document of this service; its files lie in docs/.
window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
