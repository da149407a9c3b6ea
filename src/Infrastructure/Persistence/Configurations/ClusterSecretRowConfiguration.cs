using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class ClusterSecretRowConfiguration : IEntityTypeConfiguration<ClusterSecretRow>
{
    public void Configure(EntityTypeBuilder<ClusterSecretRow> builder) => builder.HasKey(r => r.ClusterId);
}
