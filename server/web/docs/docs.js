// Shows the contract that this server serves. Nothing is fetched from another host.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  // A token typed into the page is forgotten when it is closed.
  persistAuthorization: false,
  validatorUrl: null,
});
