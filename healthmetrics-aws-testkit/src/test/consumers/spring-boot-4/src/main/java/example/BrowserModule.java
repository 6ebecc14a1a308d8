package example;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves the page's module for uploads from the library's jar, and no other file of that folder. */
@Configuration(proxyBeanMethods = false)
class BrowserModule implements WebMvcConfigurer {
  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    registry
        .addResourceHandler("/healthmetrics-upload.mjs")
        .addResourceLocations("classpath:/healthmetrics-aws/");
  }
}
