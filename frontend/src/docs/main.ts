import 'swagger-ui-dist/swagger-ui.css';
import bundle from 'swagger-ui-dist/swagger-ui-es-bundle.js';

// The description is made from the server's code; the viewer is our own copy, so that
// reading it asks no other host.
bundle({ url: '/openapi.json', dom_id: '#app', deepLinking: true, validatorUrl: null });
