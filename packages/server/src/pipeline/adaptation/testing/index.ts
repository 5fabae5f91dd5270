/** Simulated scenarios that test and benchmark the controllers. */
export { type InferenceVerdict, inferenceScenarios, judgeInference } from './inference-scenarios.js';
export { judgePublisher, PUBLISHER_BARS, type PublisherVerdict, publisherScenarios } from './publisher-scenarios.js';
export { judgeViewer, type ViewerVerdict, viewerScenarios } from './viewer-scenarios.js';
