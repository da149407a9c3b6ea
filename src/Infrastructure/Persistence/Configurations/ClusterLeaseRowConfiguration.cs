using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class ClusterLeaseRowConfiguration : IEntityTypeConfiguration<ClusterLeaseRow>
{
    public void Configure(EntityTypeBuilder<ClusterLeaseRow> builder) => builder.HasKey(r => r.ClusterId);
}
